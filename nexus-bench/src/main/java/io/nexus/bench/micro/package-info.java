/**
 * The JMH benchmarks. A method whose name begins with {@code baseline} does the same work in the
 * plainest way, often one that would be wrong under concurrency: what the real one costs is read
 * against it.
 */
@NullMarked
package io.nexus.bench.micro;

import org.jspecify.annotations.NullMarked;
