/**
 * Exact counts of tokens for models whose vocabulary is public. Start at {@code
 * VocabularyTokenCounter}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.tokenizers;
