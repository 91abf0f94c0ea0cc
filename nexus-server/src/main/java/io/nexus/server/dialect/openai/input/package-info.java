/**
 * OpenAI's APIs with an input and no generated output: embeddings, whose input is billed, and
 * moderations, which are free. Start at {@link io.nexus.server.dialect.openai.input.InputDialect}.
 * Knows nothing of routing and of other backends.
 */
@NullMarked
package io.nexus.server.dialect.openai.input;

import org.jspecify.annotations.NullMarked;
