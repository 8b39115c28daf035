#!/usr/bin/env perl
# Perl's Email::MIME, driven as `peer.h` says.
use strict;
use warnings;
use Email::Address::XS;
use Email::Date qw(find_date);
use Email::MIME;
use Encode qw(encode);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC CLOCK_PROCESS_CPUTIME_ID);

$| = 1;
local $SIG{__WARN__} = sub { };

sub utf8_size { my ($text) = @_; return defined $text ? length(encode('UTF-8', $text)) : 0 }

sub parse {
    my ($message, $count) = @_;
    my $mail = Email::MIME->new($message);
    $count->{subject} += utf8_size(scalar $mail->header_str('Subject'));
    for my $name (qw(From To Cc)) {
        $count->{addresses} += () = Email::Address::XS->parse($_) for $mail->header_str($name);
    }
    $count->{dates}++ if defined $mail->header('Date') && eval { find_date($mail) };
    $mail->walk_parts(sub {
        my ($part) = @_;
        return if $part->subparts;
        $count->{leaves}++;
        if (($part->content_type // 'text/plain') =~ m{^text/}i) {
            my $text = eval { $part->body_str };
            $count->{text} += defined $text ? utf8_size($text) : length $part->body;
        } else {
            $count->{content} += length $part->body;
        }
    });
}

my @mails;
open my $file, '<:raw', $ARGV[0] or die "$ARGV[0]: $!\n";
while (read($file, my $size, 8) == 8) {
    read($file, my $mail, unpack('Q<', $size));
    push @mails, $mail;
}
while (my $line = <STDIN>) {
    my ($wanted) = $line =~ /^run (\d+)/ or last;
    my %count = map { $_ => 0 } qw(leaves content text subject addresses dates);
    my ($octets, $messages) = (0, 0);
    my ($wall, $cpu) = (clock_gettime(CLOCK_MONOTONIC), clock_gettime(CLOCK_PROCESS_CPUTIME_ID));
    for my $mail (@mails) {
        last if $messages == $wanted;
        parse($mail, \%count);
        $octets += length $mail;
        $messages++;
    }
    $cpu = clock_gettime(CLOCK_PROCESS_CPUTIME_ID) - $cpu;
    $wall = clock_gettime(CLOCK_MONOTONIC) - $wall;
    printf "%.0f %.0f %d %d %s\n", $wall * 1e9, $cpu * 1e9, $octets, $messages,
        join ' ', @count{qw(leaves content text subject addresses dates)};
}
