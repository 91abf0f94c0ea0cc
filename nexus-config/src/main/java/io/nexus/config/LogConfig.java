package io.nexus.config;

/**
 * The log, which goes to standard error.
 *
 * @param format the format of the lines
 * @param access whether each request is logged
 */
public record LogConfig(LogFormat format, boolean access) {}
