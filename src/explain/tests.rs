//! Words for elements, and answers for statements.
