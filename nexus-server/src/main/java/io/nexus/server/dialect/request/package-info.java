/**
 * What the readers of requests have in common, whatever their API: names that decide over money,
 * what is collected of a prompt and of what else costs, and how a body is changed. Start at {@link
 * io.nexus.server.dialect.request.PromptParts}. It imports no API.
 */
@NullMarked
package io.nexus.server.dialect.request;

import org.jspecify.annotations.NullMarked;
