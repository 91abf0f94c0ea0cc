/**
 * JSON Web Tokens of identity providers as keys. Start at {@link io.nexus.server.auth.Tokens}. Not
 * loaded unless a provider is configured.
 */
package io.nexus.server.auth;
