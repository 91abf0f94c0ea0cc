/**
 * The rerank APIs of Cohere, Jina, Voyage and others: they order documents by relevance to a query.
 * Start at {@link io.nexus.server.dialect.rerank.RerankDialect}. Knows nothing of routing.
 */
@NullMarked
package io.nexus.server.dialect.rerank;

import org.jspecify.annotations.NullMarked;
