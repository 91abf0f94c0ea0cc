/**
 * Google's Gemini API: generateContent in one piece and as a stream, countTokens, embeddings. Start
 * at {@link io.nexus.server.dialect.gemini.GeminiDialect}. Field names count in camel case and in
 * snake case, as protocol buffers have them. Knows nothing of routing and nothing of who else
 * serves the request.
 */
@NullMarked
package io.nexus.server.dialect.gemini;

import org.jspecify.annotations.NullMarked;
