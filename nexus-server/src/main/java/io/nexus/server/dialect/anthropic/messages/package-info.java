/**
 * Anthropic's Messages API: parses requests and bounds their cost, edits them, reads answers and
 * streams, ends streams early, and counts tokens. Start at {@link
 * io.nexus.server.dialect.anthropic.messages.MessagesDialect}. It imports no other API.
 */
@NullMarked
package io.nexus.server.dialect.anthropic.messages;

import org.jspecify.annotations.NullMarked;
