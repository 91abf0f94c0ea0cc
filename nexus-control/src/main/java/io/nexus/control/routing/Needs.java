package io.nexus.control.routing;

/**
 * What a request asks of whoever serves it.
 *
 * @param stream whether the answer comes in pieces
 * @param vision whether it shows images
 * @param tools whether it offers tools
 * @param jsonMode whether the answer must be JSON
 * @param audio whether audio goes in or comes out
 * @param maxOutputTokens the longest answer that the client takes, in each choice; 0 if it does not
 *     say
 * @param choices how many answers it wants
 */
public record Needs(
    boolean stream,
    boolean vision,
    boolean tools,
    boolean jsonMode,
    boolean audio,
    long maxOutputTokens,
    int choices) {}
