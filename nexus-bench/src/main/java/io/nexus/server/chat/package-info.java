/**
 * Benchmarks of what the server keeps to itself: they stand in its package, which the class path
 * allows.
 */
@NullMarked
package io.nexus.server.chat;

import org.jspecify.annotations.NullMarked;
