/**
 * What the requests of OpenAI's APIs, and of those made after them, have in common. Start at {@link
 * io.nexus.server.dialect.openai.PromptReader}. The APIs themselves have packages of their own, and
 * this one imports none of them.
 */
@NullMarked
package io.nexus.server.dialect.openai;

import org.jspecify.annotations.NullMarked;
