package io.nexus.bench.load;

/**
 * A figure of a load run compared with its target.
 *
 * @param what the figure's name
 * @param measured the figure with its unit
 * @param target the limit with its unit
 * @param met whether the target is met
 */
record Check(String what, String measured, String target, boolean met) {}
