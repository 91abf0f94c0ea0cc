/**
 * What the APIs billed by unit rather than by text share: images, audio, searches. Start at {@link
 * io.nexus.server.dialect.units.UnitRequest}. Knows no single API.
 */
@NullMarked
package io.nexus.server.dialect.units;

import org.jspecify.annotations.NullMarked;
