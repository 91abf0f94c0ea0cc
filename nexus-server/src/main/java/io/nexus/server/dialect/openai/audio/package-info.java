/**
 * OpenAI's Audio API: text to speech, and speech to text. Start at {@link
 * io.nexus.server.dialect.openai.audio.SpeechDialect} and {@link
 * io.nexus.server.dialect.openai.audio.TranscriptionsDialect}. Knows nothing of routing.
 */
@NullMarked
package io.nexus.server.dialect.openai.audio;

import org.jspecify.annotations.NullMarked;
