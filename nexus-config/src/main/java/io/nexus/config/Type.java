package io.nexus.config;

import java.util.function.Function;

/**
 * The type of a single value: how it is read, how it is written, and what it may be.
 *
 * @param allowed what to write, as an imperative: {@code "give a whole number from 1 to 31"}
 * @param placeholder stands for a value that is wrong or missing while the rest is read; it never
 *     reaches a valid configuration
 * @param parse reads the text of a value
 * @param toml writes a value as TOML
 */
record Type<T>(
    String allowed, T placeholder, Function<String, Parsed<T>> parse, Function<T, String> toml) {}
