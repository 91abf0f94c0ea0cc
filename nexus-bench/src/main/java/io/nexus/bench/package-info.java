/**
 * The benchmarks' command line: {@link io.nexus.bench.BenchMain} runs the JMH suite of {@code
 * io.nexus.bench.micro} or the load harness of {@code io.nexus.bench.load} and prints a table
 * against the targets.
 */
@NullMarked
package io.nexus.bench;

import org.jspecify.annotations.NullMarked;
