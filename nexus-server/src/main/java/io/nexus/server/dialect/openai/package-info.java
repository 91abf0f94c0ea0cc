/**
 * Parsers shared by OpenAI's APIs and similar ones. Start at {@link
 * io.nexus.server.dialect.openai.PromptReader}. The APIs have packages of their own; this one
 * imports none of them.
 */
@NullMarked
package io.nexus.server.dialect.openai;

import org.jspecify.annotations.NullMarked;
