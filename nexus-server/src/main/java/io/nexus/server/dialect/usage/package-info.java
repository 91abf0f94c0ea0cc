/**
 * What answers say that they used and cost, and that they failed, read by what is meant, in
 * whatever spelling providers have for it. Start at {@link
 * io.nexus.server.dialect.usage.UsageReader}. It imports no API.
 */
@NullMarked
package io.nexus.server.dialect.usage;

import org.jspecify.annotations.NullMarked;
