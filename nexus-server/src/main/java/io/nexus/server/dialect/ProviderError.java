package io.nexus.server.dialect;

/**
 * An error in an answer with a success status.
 *
 * @param status the matching HTTP status, 400 to 599
 * @param message the backend's words; empty if there are none
 */
public record ProviderError(int status, String message) {}
