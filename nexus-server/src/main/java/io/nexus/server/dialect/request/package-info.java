/**
 * What the parsers of all APIs share: field names that affect the cost, the collected prompt and
 * bounds, and edits of a body. Start at {@link io.nexus.server.dialect.request.PromptParts}. It
 * imports no API.
 */
@NullMarked
package io.nexus.server.dialect.request;

import org.jspecify.annotations.NullMarked;
