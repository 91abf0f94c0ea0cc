/**
 * OpenAI's Images API: pictures that are made, edited or varied, as JSON and as forms. Start at
 * {@link io.nexus.server.dialect.openai.images.ImagesDialect}. Knows nothing of routing.
 */
@NullMarked
package io.nexus.server.dialect.openai.images;

import org.jspecify.annotations.NullMarked;
