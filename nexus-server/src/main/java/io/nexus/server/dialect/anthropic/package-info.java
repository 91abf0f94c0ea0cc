/**
 * What Anthropic's APIs have in common: how they say that a request failed. Its APIs have packages
 * of their own below; it imports none of them.
 */
@NullMarked
package io.nexus.server.dialect.anthropic;

import org.jspecify.annotations.NullMarked;
