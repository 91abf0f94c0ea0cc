/**
 * What all wire APIs have in common: reading JSON by places, cutting a stream into events, counting
 * what was generated. Each API has a package of its own below; start with {@link
 * io.nexus.server.dialect.openai.chat}. Imports nothing of the gateway but control's values.
 */
@NullMarked
package io.nexus.server.dialect;

import org.jspecify.annotations.NullMarked;
