/**
 * OpenAI's Responses API: {@code POST /v1/responses}, the counting of an input and compaction.
 * Start at {@link io.nexus.server.dialect.openai.responses.ResponsesDialect}. It knows no other
 * API, and of routing and money only what a dialect must answer.
 */
@NullMarked
package io.nexus.server.dialect.openai.responses;

import org.jspecify.annotations.NullMarked;
