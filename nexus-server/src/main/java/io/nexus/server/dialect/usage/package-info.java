/**
 * Parses usage, cost and errors in answers, in the formats of all providers. Start at {@link
 * io.nexus.server.dialect.usage.UsageReader}. It imports no API.
 */
@NullMarked
package io.nexus.server.dialect.usage;

import org.jspecify.annotations.NullMarked;
