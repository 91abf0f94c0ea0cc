/**
 * Where a request goes: the stages that take candidates away, and the choice among those left.
 * Start\n * at {@link io.nexus.control.pipeline.Router}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.pipeline;
