/**
 * Decides where a request goes: the stages that remove candidates, and the choice among the rest.
 * Start\n * at {@link io.nexus.control.pipeline.Router}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.pipeline;
