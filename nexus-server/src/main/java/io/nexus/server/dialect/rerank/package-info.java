/**
 * Documents put in order by how well they answer a query, as Cohere, Jina, Voyage and others have
 * it. Start at {@link io.nexus.server.dialect.rerank.RerankDialect}. Knows nothing of routing.
 */
@NullMarked
package io.nexus.server.dialect.rerank;

import org.jspecify.annotations.NullMarked;
