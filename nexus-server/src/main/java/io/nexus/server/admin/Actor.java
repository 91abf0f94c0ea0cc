package io.nexus.server.admin;

/**
 * Who makes a change.
 *
 * @param key the fingerprint of the admin key
 * @param address where the request came from
 * @param reason why, as the request says; empty if it does not
 */
public record Actor(String key, String address, String reason) {}
