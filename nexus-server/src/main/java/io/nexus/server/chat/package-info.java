/**
 * OpenAI's Chat Completions API. Start at {@link io.nexus.server.chat.ChatDialect}. Knows nothing
 * of routing and nothing of who else serves the request.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.chat;
