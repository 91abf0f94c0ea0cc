/**
 * What OpenAI's APIs and those made after them have in common: how requests may be spelled, what
 * answers say that they used, and their errors. Start at {@link
 * io.nexus.server.dialect.openai.UsageReader}. The APIs themselves have packages of their own, and
 * this one imports none of them.
 */
@NullMarked
package io.nexus.server.dialect.openai;

import org.jspecify.annotations.NullMarked;
