/**
 * Translates requests of one wire API into another, and the answers back, so that a backend can
 * serve clients of other APIs. Start at {@link io.nexus.server.dialect.translate.Translation},
 * which is a pure function over JSON; {@link io.nexus.server.dialect.translate.TranslatedRequest}
 * puts one in front of the backend's dialect, which parses, meters and bounds as usual. Imports no
 * dialect and not the flow.
 */
@NullMarked
package io.nexus.server.dialect.translate;

import org.jspecify.annotations.NullMarked;
