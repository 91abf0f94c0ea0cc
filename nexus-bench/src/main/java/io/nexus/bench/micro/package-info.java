/**
 * The JMH benchmarks. A method whose name begins with {@code baseline} does the same work in the
 * simplest way, often wrong under concurrency; it is the reference for the cost of the real one.
 */
@NullMarked
package io.nexus.bench.micro;

import org.jspecify.annotations.NullMarked;
