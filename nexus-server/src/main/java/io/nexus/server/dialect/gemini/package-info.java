/**
 * Google's Gemini API: generateContent in one piece and as a stream, countTokens, embeddings. Start
 * at {@link io.nexus.server.dialect.gemini.GeminiDialect}. Field names may have camel case or snake
 * case, as in protocol buffers. Knows nothing of routing and of other backends.
 */
@NullMarked
package io.nexus.server.dialect.gemini;

import org.jspecify.annotations.NullMarked;
