/**
 * OpenAI's Images API: images generated, edited or varied, in JSON and in forms. Start at {@link
 * io.nexus.server.dialect.openai.images.ImagesDialect}. Knows nothing of routing.
 */
@NullMarked
package io.nexus.server.dialect.openai.images;

import org.jspecify.annotations.NullMarked;
