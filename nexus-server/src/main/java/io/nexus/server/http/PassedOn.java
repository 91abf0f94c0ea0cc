package io.nexus.server.http;

/**
 * A backend's own refusal.
 *
 * @param bytes the body as it came
 * @param contentType its media type
 */
@SuppressWarnings("ArrayRecordComponent") // handed through once, never compared
public record PassedOn(byte[] bytes, String contentType) implements ErrorBody {}
