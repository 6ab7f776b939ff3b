//! Every limit on untrusted input, by name, with the reason for its number.

/// How deep an expression may nest. An operation takes two levels of JSON and common JSON readers stop at 128 levels:
/// 48 leaves them room for what a file wraps around a rule. Published rules reach about 10.
pub const EXPRESSION_DEPTH: usize = 48;

/// How many operations and literals one expression may have. The longest published rules have about 200; place lists
/// written into a rule are the reason for twenty times that.
pub const EXPRESSION_NODES: usize = 4_096;

/// How long the readable text of one expression may be, in bytes: the largest expression with long names fits, and
/// reading it is linear in this.
pub const EXPRESSION_TEXT: usize = 256 * 1_024;

/// How deep the facts that rules read may nest. The documented facts need 4 levels; the limit bounds the stack.
pub const VALUE_DEPTH: usize = 32;

/// How many steps all expressions of one assessment may take together. 500 conditions of 40 operations take 20,000;
/// fifty times that still ends within about 50 ms on a slow phone.
pub const EVALUATION_STEPS: u32 = 1_000_000;
