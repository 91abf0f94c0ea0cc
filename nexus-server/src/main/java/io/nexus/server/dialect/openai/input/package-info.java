/**
 * OpenAI's APIs that take an input and generate nothing: embeddings, whose input is paid, and
 * moderations, which are free. Start at {@link io.nexus.server.dialect.openai.input.InputDialect}.
 * Knows nothing of routing and nothing of who else serves the request.
 */
@NullMarked
package io.nexus.server.dialect.openai.input;

import org.jspecify.annotations.NullMarked;
