/**
 * What the APIs have in common that are paid by the unit, not by their text: pictures, sound,
 * searches. Start at {@link io.nexus.server.dialect.units.UnitRequest}. Knows no single API.
 */
@NullMarked
package io.nexus.server.dialect.units;

import org.jspecify.annotations.NullMarked;
