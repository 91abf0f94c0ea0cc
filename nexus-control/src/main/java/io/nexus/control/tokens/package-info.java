/**
 * The counter that estimates tokens for models that no exact counter knows. Start at {@link
 * io.nexus.control.tokens.HeuristicTokenCounter}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.tokens;
