/**
 * The interfaces between the flow of a request and the wire APIs, and what the APIs share: parsing
 * JSON with positions, splitting a stream into events, counting generated text. Start at {@link
 * io.nexus.server.dialect.Dialect}. Each API has a package of its own; this one imports none of
 * them, and not the flow.
 */
@NullMarked
package io.nexus.server.dialect;

import org.jspecify.annotations.NullMarked;
