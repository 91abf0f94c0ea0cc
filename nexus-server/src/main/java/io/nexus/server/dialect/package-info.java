/**
 * What the flow of a request and the wire APIs know of each other, and what all wire APIs have in
 * common: reading JSON by places, cutting a stream into events, counting what was generated. Start
 * at {@link io.nexus.server.dialect.Dialect}. Each API has a package of its own; this one imports
 * none of them, and not the flow.
 */
@NullMarked
package io.nexus.server.dialect;

import org.jspecify.annotations.NullMarked;
