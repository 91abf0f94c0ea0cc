package io.nexus.config;

import java.util.function.Function;

/**
 * The type of a single value: how it is read and written, and which values are allowed.
 *
 * @param allowed what to write, as an imperative: {@code "give a whole number from 1 to 31"}
 * @param placeholder replaces a wrong or missing value while the rest is read; never part of a
 *     valid configuration
 * @param parse reads the text of a value
 * @param toml writes a value as TOML
 */
record Type<T>(
    String allowed, T placeholder, Function<String, Parsed<T>> parse, Function<T, String> toml) {}
