//! The diary: where somebody was, when, and in which way.
