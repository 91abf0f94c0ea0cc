/**
 * The load harness: a mock upstream, closed-loop and open-loop generators over raw sockets, and the
 * accounting of the gateway's processor time and memory, with nginx measured beside it.
 */
@NullMarked
package io.nexus.bench.load;

import org.jspecify.annotations.NullMarked;
