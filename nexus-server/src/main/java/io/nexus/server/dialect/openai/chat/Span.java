package io.nexus.server.dialect.openai.chat;

/**
 * A part of a body.
 *
 * @param from its first byte
 * @param to the byte after its last
 */
record Span(int from, int to) {}
