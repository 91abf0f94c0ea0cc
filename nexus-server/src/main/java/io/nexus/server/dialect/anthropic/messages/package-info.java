/**
 * Anthropic's Messages API: what a request asks and may cost, what is changed in it, what the
 * events of its streams mean and how a stream is ended early, and the counting of its tokens. Start
 * at {@link io.nexus.server.dialect.anthropic.messages.MessagesDialect}. It imports no other API.
 */
@NullMarked
package io.nexus.server.dialect.anthropic.messages;

import org.jspecify.annotations.NullMarked;
