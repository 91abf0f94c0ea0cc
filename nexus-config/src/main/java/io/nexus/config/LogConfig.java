package io.nexus.config;

/**
 * What is logged, to standard error.
 *
 * @param format the form of the lines
 * @param access whether each request leaves a line
 */
public record LogConfig(LogFormat format, boolean access) {}
