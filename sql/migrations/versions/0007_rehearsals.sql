-- Numbers of imports that are only rehearsed, so that those of true imports have no gaps. They are
-- above all true ones, for of two imports at one moment the higher number is the later one.

CREATE SEQUENCE rehearsals AS integer MINVALUE 1073741824 CYCLE;
