/**
 * Says requests of one wire API in another, and the answers the other way, so that a backend can
 * serve clients whose API it does not speak. Start at {@link
 * io.nexus.server.dialect.translate.Translation}, which is a pure function over JSON; {@link
 * io.nexus.server.dialect.translate.TranslatedRequest} puts one before the dialect that the backend
 * speaks, which reads, meters and bounds as ever. Imports no dialect and not the flow.
 */
@NullMarked
package io.nexus.server.dialect.translate;

import org.jspecify.annotations.NullMarked;
