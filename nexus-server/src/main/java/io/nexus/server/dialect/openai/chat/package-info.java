/**
 * The bytes that answer a chat request in OpenAI's API, and in what providers make of it: usage,
 * text, errors and the end of a stream. Start with {@link
 * io.nexus.server.dialect.openai.chat.ChunkReader}. Imports nothing that knows of HTTP, budgets or
 * routes.
 */
@NullMarked
package io.nexus.server.dialect.openai.chat;

import org.jspecify.annotations.NullMarked;
