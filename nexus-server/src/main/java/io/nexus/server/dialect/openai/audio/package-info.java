/**
 * OpenAI's Audio API: text that is spoken, and speech that is written down. Start at {@link
 * io.nexus.server.dialect.openai.audio.SpeechDialect} and {@link
 * io.nexus.server.dialect.openai.audio.TranscriptionsDialect}. Knows nothing of routing.
 */
@NullMarked
package io.nexus.server.dialect.openai.audio;

import org.jspecify.annotations.NullMarked;
